// What starting a service takes, from the build that is published: prints milliseconds and resident bytes.
const begin = performance.now()
const { createMicro } = await import('@micro/core')
const loaded = performance.now()
const { accountSheets } = await import('../dist/account/sheets.js')
const ready = performance.now()
const micro = createMicro({ name: 'bench', sheets: accountSheets })
await micro.start()
const end = performance.now()
console.log(
  JSON.stringify({ startMs: end - ready, loadMs: loaded - begin, residentMb: process.memoryUsage.rss() / 2 ** 20 }),
)
await micro.stop()
