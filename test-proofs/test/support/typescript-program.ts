import { fileURLToPath } from 'node:url'

const loader = fileURLToPath(new URL('../../../scripts/typescript-loader.mjs', import.meta.url))

/** What Node needs to run one of these programs from its source. */
export const TYPESCRIPT_ARGS: readonly string[] = ['--conditions=@micro/source', '--import', loader]
