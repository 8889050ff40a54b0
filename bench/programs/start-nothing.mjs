console.log(JSON.stringify({ startMs: 0, loadMs: 0, residentMb: process.memoryUsage.rss() / 2 ** 20 }))
