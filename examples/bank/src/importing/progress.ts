import { Presets, SingleBar } from 'cli-progress'

/** Shows how far an import is: a bar on a terminal, now and then a line elsewhere. */
export interface Progress {
  settled(): void
  end(): void
}

export function showProgress(total: number): Progress {
  return process.stdout.isTTY ? bar(total) : lines(total)
}

function bar(total: number): Progress {
  const single = new SingleBar(
    { format: '{bar} {percentage}% {value}/{total} lines, {eta_formatted} left' },
    Presets.shades_classic,
  )
  single.start(total, 0)
  return { settled: () => single.increment(), end: () => single.stop() }
}

function lines(total: number): Progress {
  const step = Math.max(1, Math.ceil(total / 10))
  let count = 0
  return {
    settled() {
      count++
      if (count % step === 0) console.log(`${count} of ${total} lines`)
    },
    end() {},
  }
}
