import { PortalClient } from './portal-client.ts'
import { type Program, startProgram } from './program.ts'
import { inRoot } from './workspace.ts'

export interface BankProgram extends Program {
  readonly url: string
  readonly client: PortalClient
}

const entry = (program: string): string => inRoot('examples', 'bank', 'dist', `${program}.js`)

/** Runs what `npm start` becomes after its build; data goes to `data` in the folder. */
export function runBank(folder: string, env: Readonly<Record<string, string>> = { PORT: '0' }): Program {
  return startProgram([entry('main')], { cwd: folder, env })
}

/** As `runBank`, and waits for the printed address. */
export function startBank(folder: string, env?: Readonly<Record<string, string>>): Promise<BankProgram> {
  return opened(runBank(folder, env))
}

/** The same bank, with its models in the file beside the log; it may also keep log files in a folder. */
export function startBankOnFile(folder: string, logFolder?: string): Promise<BankProgram> {
  const program = inRoot('test-e2e', 'test', 'support', 'bank-on-file.mjs')
  const args = [program, inRoot('examples', 'bank', 'dist', 'bank.js'), ...(logFolder === undefined ? [] : [logFolder])]
  return opened(startProgram(args, { cwd: folder }))
}

async function opened(program: Program): Promise<BankProgram> {
  const [, url = ''] = await program.printed(/The bank is open: (http:\S+)/)
  return { ...program, url, client: new PortalClient(url) }
}

/** Runs what `npm run bank:import -- FILE` becomes. */
export function runImport(folder: string, file: string): Program {
  return startProgram([entry('import'), file], { cwd: folder })
}
