// `npm run format`: rewrites what is not laid out as .oxfmtrc.json says; arguments are files and folders.
import { runNode, toolPath } from './run-tool.mjs'
import { setUp } from './set-up.mjs'

setUp()
process.exitCode = runNode(toolPath('oxfmt'), process.argv.slice(2))
