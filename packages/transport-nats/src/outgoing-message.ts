import { MicroError, type PackedMessage } from '@micro/core'
import { ErrorCode, type NatsConnection, NatsError } from 'nats'
import { mapDriverError } from './map-driver-error.ts'
import { writeHeaders } from './wire-headers.ts'

export type OutgoingMessage = PackedMessage

/**
 * Hands a message to the client, which sends it in this turn.
 *
 * @throws MicroError `MICRO_TOO_LARGE` when the server would refuse it, and end the connection for it
 */
export function publishMessage(
  connection: NatsConnection,
  subject: string,
  { headers, text }: OutgoingMessage,
  reply?: string,
): void {
  const written = writeHeaders(headers)
  try {
    connection.publish(subject, text ?? '', {
      ...(reply === undefined ? {} : { reply }),
      ...(written === undefined ? {} : { headers: written }),
    })
  } catch (error) {
    const limit = connection.info?.max_payload
    if (!(error instanceof NatsError) || error.code !== ErrorCode.MaxPayloadExceeded || limit === undefined)
      throw mapDriverError(error, 'The NATS server')
    throw new MicroError('MICRO_TOO_LARGE', `The server takes messages of ${limit} bytes, headers included.`, {
      details: { limit },
      cause: error,
    })
  }
}
