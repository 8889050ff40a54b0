import type { ProcessFace } from '../process-face.ts'
import type { OnProblem } from './sink.ts'

/** A service that cannot log goes on; whoever runs it is told once per place. */
export function warnOnce(place: string, face: ProcessFace): OnProblem {
  let isWarned = false
  return (error) => {
    if (isWarned) return
    isWarned = true
    const reason = error instanceof Error ? error.message : String(error)
    face.warn(`logger: cannot write to ${place}, lines may be lost there: ${reason}`)
  }
}
