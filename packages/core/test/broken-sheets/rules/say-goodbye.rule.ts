export { default } from '../../sheets/rules/say-hello.rule.ts'
