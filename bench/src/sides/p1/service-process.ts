// The process of the service that one side calls. Tells its processor time when asked, and ends with its parent.
import { type WayName, WAYS } from './way.ts'

const [way = 'micro', server = '', scope = ''] = process.argv.slice(2)
const { serve } = await WAYS[way as WayName]()
const stop = await serve({ server, scope })

function cpuMicros(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

process.on('message', () => process.send?.({ cpuMicros: cpuMicros() }))
process.on('disconnect', () => void stop().finally(() => process.exit(0)))
process.send?.({ cpuMicros: cpuMicros() })
