// Replays histories in whatever time, zone and locale this process was started in, and prints a digest of the rows of each.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { canonicalJson, type JsonValue, type RecordedEvent } from '@micro/core'
import { replay } from './histories.ts'

const histories = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as readonly (readonly RecordedEvent[])[]
const digests: string[] = []
for (const history of histories) {
  const rows = canonicalJson((await replay(history)) as JsonValue)
  digests.push(createHash('sha256').update(rows).digest('hex'))
}
const locale = new Intl.DateTimeFormat().resolvedOptions()
process.stdout.write(
  JSON.stringify({ digests, year: new Date().getFullYear(), zone: locale.timeZone, locale: locale.locale }),
)
