import type { EventStoreCapabilities } from '../ports/event-store.ts'
import { textHash } from '../ids/text-hash.ts'
import type { Validate } from '../schema/compile-schema.ts'
import type { Contract } from '../sheets/contract.ts'
import type { EventDefinitions } from '../sheets/events.ts'
import type { ModelDefinition, Models } from '../sheets/model.ts'
import type { RuleDefinition } from '../sheets/rule.ts'
import type { ViewDefinition } from '../sheets/view.ts'
import type { ActionEndpoint, CommandEndpoint, Endpoint, ViewEndpoint } from './endpoint.ts'
import type { SchemaBook } from './schema-book.ts'
import type { SourceSheets } from './source-sheets.ts'
import type { WiringProblems } from './wiring-problems.ts'
import { isWords } from './words.ts'
import { shown } from '../values/shown.ts'

export interface PlanEndpointsOptions {
  readonly service: string
  readonly sources: readonly SourceSheets[]
  readonly homes: ReadonlyMap<ModelDefinition, string>
  readonly capabilities: EventStoreCapabilities
  readonly storeKind: string
  /** Whether somebody tells who asks: then every rule and view has to say who may. */
  readonly hasIdentities: boolean
  readonly schemas: SchemaBook
  readonly problems: WiringProblems
  /** Rules that the store cannot serve and that say `whenUnsupported: 'omit'`. */
  readonly onOmitted: (name: string) => void
}

/** Every action of a service by name. */
export function planEndpoints(options: PlanEndpointsOptions): Map<string, Endpoint> {
  const endpoints = new Map<string, Endpoint>()
  const omitted = new Set<string>()
  for (const { sheets, module, actions } of options.sources) {
    for (const rule of sheets.rules ?? []) {
      if (isOmitted(rule, options)) omitted.add(rule.contract.name)
      else add(planCommand(rule, module, options), endpoints, options)
    }
    for (const view of sheets.views ?? []) add(planView(view, module, options), endpoints, options)
    for (const [name, handle] of actions)
      add(
        {
          kind: 'action',
          name,
          description: undefined,
          errors: [],
          module,
          payload: undefined,
          response: undefined,
          handle,
        },
        endpoints,
        options,
      )
  }
  for (const name of omitted) options.onOmitted(name)
  checkImplemented(endpoints, omitted, options)
  return endpoints
}

/** An action given to `micro.add`, by contract or by name. */
export function planAction(
  target: Contract | string,
  handle: ActionEndpoint['handle'],
  service: string,
  schemas: SchemaBook,
  problems: WiringProblems,
): ActionEndpoint {
  if (typeof target === 'string') {
    checkName(target, problems)
    return {
      kind: 'action',
      name: target,
      description: undefined,
      errors: [],
      module: undefined,
      payload: undefined,
      response: undefined,
      handle,
    }
  }
  checkContract(target, 'action', service, problems)
  return { kind: 'action', module: undefined, handle, ...contractPart(target, schemas) }
}

function add(endpoint: Endpoint, endpoints: Map<string, Endpoint>, { problems }: PlanEndpointsOptions): void {
  checkName(endpoint.name, problems)
  if (endpoints.has(endpoint.name)) problems.add(`Two actions are named "${endpoint.name}"`, 'Rename one of them.')
  endpoints.set(endpoint.name, endpoint)
}

function planCommand(rule: RuleDefinition, module: string | undefined, options: PlanEndpointsOptions): CommandEndpoint {
  const { contract } = rule
  checkContract(contract, 'command', options.service, options.problems)
  checkHomes(contract.name, { ...rule.models, ...rule.lookups }, options)
  checkStreams(rule, options)
  checkAuthorize(contract.name, rule.steps.authorize !== undefined, options)
  return {
    kind: 'command',
    module,
    rule,
    ruleHash: textHash(
      Object.entries(rule.steps)
        .map(([step, code]) => `${step}:${String(code)}`)
        .join('\n'),
    ),
    events: compileEvents(rule.emits, options),
    ...contractPart(contract, options.schemas),
  }
}

function planView(view: ViewDefinition, module: string | undefined, options: PlanEndpointsOptions): ViewEndpoint {
  const { contract } = view
  checkContract(contract, 'view', options.service, options.problems)
  checkHomes(contract.name, view.models, options)
  checkAuthorize(contract.name, view.steps.authorize !== undefined, options)
  return { kind: 'view', module, view, ...contractPart(contract, options.schemas) }
}

function contractPart(
  contract: Contract,
  schemas: SchemaBook,
): Pick<Endpoint, 'name' | 'description' | 'errors' | 'payload' | 'response'> {
  const { name, description, errors, payload, response } = contract
  return {
    name,
    description,
    errors,
    payload: payload && schemas.compile(payload, `the payload of "${name}"`),
    response: response && schemas.compile(response, `the response of "${name}"`),
  }
}

function compileEvents(
  emits: EventDefinitions | undefined,
  { schemas, problems, service }: PlanEndpointsOptions,
): ReadonlyMap<string, Validate> {
  const events = new Map<string, Validate>()
  for (const [type, schema] of Object.entries(emits?.schemas ?? {})) {
    if (!isWords(type))
      problems.add(`Event type ${shown(type)}`, 'Name events in plain lower-case words, in the past tense.')
    const compiled = schemas.compile(schema, `the data of the event "${type}"`)
    if (compiled !== undefined) events.set(type, compiled.validate)
  }
  if (emits?.service !== undefined && emits.service !== service)
    problems.add(
      `A rule emits events of the service "${emits.service}"`,
      'Emit own events; call the other service for its own.',
    )
  return events
}

function checkName(name: unknown, problems: WiringProblems): void {
  if (!isWords(name))
    problems.add(`Action name ${shown(name)}`, 'Name actions in plain lower-case words, such as "deposit money".')
}

function checkContract(contract: Contract, kind: Contract['kind'], service: string, problems: WiringProblems): void {
  if (contract.kind !== kind)
    problems.add(
      `"${contract.name}" is the contract of a ${contract.kind}, not of a ${kind}`,
      'Use defineRule for commands, defineView for views and add for actions.',
    )
  if (contract.service !== service)
    problems.add(
      `The contract "${contract.name}" belongs to the service "${contract.service}"`,
      `Implement it there, or write service: '${service}' in the contract.`,
    )
}

function checkHomes(action: string, models: Models, { homes, problems }: PlanEndpointsOptions): void {
  for (const model of Object.values(models))
    if (!homes.has(model))
      problems.add(
        `"${action}" reads model "${model.name}", which nothing in this service fills`,
        'Add the model and its reducer to the sheets, or compose the module that has them.',
      )
}

function checkAuthorize(
  action: string,
  hasAuthorize: boolean,
  { hasIdentities, problems }: PlanEndpointsOptions,
): void {
  if (hasIdentities && !hasAuthorize)
    problems.add(
      `"${action}" does not say who may ask`,
      'Add authorize: ({ identity }) => … to it; authorize: () => true lets everybody in.',
    )
}

function checkStreams(
  { contract: { name }, steps, emits }: RuleDefinition,
  { capabilities, storeKind, problems }: PlanEndpointsOptions,
): void {
  const { stream, streams, events } = steps
  if (stream !== undefined && streams !== undefined)
    problems.add(`"${name}" has both stream and streams`, 'Keep one of them.')
  if ((events !== undefined || emits !== undefined) && stream === undefined && streams === undefined)
    problems.add(`"${name}" has events but no stream to write them to`, 'Add stream: (payload) => name.')
  if (events !== undefined && emits === undefined)
    problems.add(`"${name}" has events but does not say which`, 'Add emits: the definitions made by defineEvents.')
  if (streams !== undefined && !capabilities.multiStream)
    problems.add(
      `"${name}" writes to several streams at once, which the ${storeKind} event store cannot`,
      "Use a store with capabilities.multiStream, or say whenUnsupported: 'omit'.",
    )
}

function isOmitted({ steps, whenUnsupported }: RuleDefinition, { capabilities }: PlanEndpointsOptions): boolean {
  return steps.streams !== undefined && whenUnsupported === 'omit' && !capabilities.multiStream
}

function checkImplemented(
  endpoints: ReadonlyMap<string, Endpoint>,
  omitted: ReadonlySet<string>,
  { sources, service, problems }: PlanEndpointsOptions,
): void {
  for (const { sheets } of sources)
    for (const { name, service: of, kind } of sheets.contracts ?? [])
      if (of === service && kind !== 'action' && !endpoints.has(name) && !omitted.has(name))
        problems.add(
          `Nothing implements the ${kind} "${name}"`,
          kind === 'view' ? 'Add a view for it with defineView.' : 'Add a rule for it with defineRule.',
        )
}
