import type { ActionKind, EndpointDescription, JsonObject, JsonValue, ServiceDescription } from '@micro/core'
import { serviceToken, serviceVersion } from './service-names.ts'

/** What tools show of an endpoint, and what we find again in it. Values are strings, as ADR-32 demands. */
export type Metadata = Readonly<Record<string, string>>

export interface ServiceIdentity {
  readonly name: string
  readonly id: string
  readonly version: string
  readonly metadata: Metadata
}

export interface EndpointInfo {
  readonly name: string
  readonly subject: string
  readonly queue_group: string
  readonly metadata: Metadata
}

const KINDS: readonly string[] = ['command', 'view', 'action'] satisfies readonly ActionKind[]

/** How a service's names are written for the Services API; where that loses something, the metadata has it. */
export function identityInfo(service: string, version: string, instance: string): ServiceIdentity {
  const name = serviceToken(service)
  const id = serviceToken(instance)
  const metadata: Record<string, string> = { 'micro-service': service }
  if (id !== instance) metadata['micro-instance'] = instance
  if (serviceVersion(version) !== version) metadata['micro-version'] = version
  return { name, id, version: serviceVersion(version), metadata }
}

/** @param withSchemas whether there is room for them */
export function endpointInfo(endpoint: EndpointDescription, queue: string, withSchemas: boolean): EndpointInfo {
  const { action, kind, subject, description, errors, payload, response } = endpoint
  const metadata: Record<string, string> = { 'micro-kind': kind, 'micro-action': action }
  if (description !== undefined) metadata['description'] = description
  if (errors !== undefined) metadata['micro-errors'] = JSON.stringify(errors)
  if (withSchemas) {
    if (payload !== undefined) metadata['micro-payload'] = JSON.stringify(payload)
    if (response !== undefined) metadata['micro-response'] = JSON.stringify(response)
  }
  return { name: serviceToken(action), subject, queue_group: queue, metadata }
}

/**
 * A received INFO response as a service, ours or anyone's. Nothing in it is trusted.
 *
 * @returns undefined for what is none
 */
export function readServiceInfo(received: JsonValue | undefined): ServiceDescription | undefined {
  const info = objectOf(received)
  if (info === undefined) return undefined
  const { name, id, version, endpoints } = info
  if (typeof name !== 'string' || typeof id !== 'string' || typeof version !== 'string') return undefined
  const metadata = objectOf(info['metadata']) ?? {}
  const own = {
    service: textOf(metadata['micro-service']) ?? name,
    version: textOf(metadata['micro-version']) ?? version,
    instance: textOf(metadata['micro-instance']) ?? id,
  }
  const list = Array.isArray(endpoints) ? (endpoints as readonly JsonValue[]) : []
  return { ...own, endpoints: list.flatMap((endpoint) => readEndpoint(endpoint, own) ?? []) }
}

function readEndpoint(
  received: JsonValue,
  own: { readonly service: string; readonly version: string; readonly instance: string },
): EndpointDescription | undefined {
  const info = objectOf(received)
  if (info === undefined || typeof info['name'] !== 'string' || typeof info['subject'] !== 'string') return undefined
  const metadata = objectOf(info['metadata']) ?? {}
  const kind = textOf(metadata['micro-kind'])
  const payload = objectOf(parsed(metadata['micro-payload']))
  const response = objectOf(parsed(metadata['micro-response']))
  const description = textOf(metadata['description'])
  const errors = parsed(metadata['micro-errors'])
  return {
    ...own,
    action: textOf(metadata['micro-action']) ?? info['name'],
    kind: kind !== undefined && KINDS.includes(kind) ? (kind as ActionKind) : 'action',
    subject: info['subject'],
    ...(payload === undefined ? {} : { payload }),
    ...(response === undefined ? {} : { response }),
    ...(description === undefined ? {} : { description }),
    ...(isTexts(errors) ? { errors } : {}),
  }
}

function parsed(text: JsonValue | undefined): JsonValue | undefined {
  if (typeof text !== 'string') return undefined
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function isTexts(value: JsonValue | undefined): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
