import { memoryTransport } from '@micro/core'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { transportConformance, type TransportHarness } from '../src/transport/index.ts'

const create = async (): Promise<TransportHarness> => ({ provider: memoryTransport() })

transportConformance({ name: 'memory', create, runner: { describe, it, beforeEach, afterEach }, scale: 1 })
