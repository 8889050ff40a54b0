import { formatNames } from 'ajv-formats/dist/formats.js'
import type { JsonObject, JsonValue } from '../values/json.ts'
import { eachSubschema } from './subschemas.ts'

const KEYWORDS: ReadonlySet<string> = new Set(
  `$anchor $comment $defs $id $ref $schema additionalItems additionalProperties allOf anyOf const contains contentEncoding
  contentMediaType contentSchema default definitions dependentRequired dependentSchemas deprecated description else enum
  examples exclusiveMaximum exclusiveMinimum format if items maxContains maxItems maxLength maxProperties maximum
  minContains minItems minLength minProperties minimum multipleOf not oneOf pattern patternProperties prefixItems
  properties propertyNames readOnly required then title type unevaluatedItems unevaluatedProperties uniqueItems writeOnly`.split(
    /\s+/,
  ),
)

const TYPES: ReadonlySet<unknown> = new Set(['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'])

const REMEDIES: Readonly<Record<string, string>> = {
  nullable: "write type: ['string', 'null'] instead",
  optional: "leave its name out of the object's required instead",
  example: 'write examples: […] instead',
  dependencies: 'write dependentRequired or dependentSchemas instead',
  $recursiveRef: 'write $ref instead',
  $dynamicRef: 'write $ref instead',
}

/**
 * Checks that a schema says only what draft 2020-12 knows: a misspelt keyword would otherwise check nothing. Keywords
 * that begin with `x-` are the author's own and pass.
 *
 * @throws TypeError naming the place and the remedy
 */
export function checkKeywords(schema: JsonObject, what: string): void {
  eachSubschema(schema, (subschema, pointer) => {
    const where = `${what}: the schema${pointer === '' ? '' : ` at ${pointer}`}`
    for (const keyword of Object.keys(subschema))
      if (!KEYWORDS.has(keyword) && !keyword.startsWith('x-'))
        throw new TypeError(`${where} has the unknown keyword '${keyword}'; ${remedyFor(keyword)}`)
    checkDraft(subschema['$schema'], where)
    checkFormat(subschema, where)
    for (const type of [subschema['type'] ?? 'object'].flat())
      if (!TYPES.has(type))
        throw new TypeError(`${where} has the unknown type ${JSON.stringify(type)}; there are ${[...TYPES].join(', ')}`)
  })
}

const FORMATS: ReadonlySet<string> = new Set(formatNames)

/** Libraries name formats of their own beside the pattern that says the same. */
function checkFormat({ format, pattern }: JsonObject, where: string): void {
  if (typeof format !== 'string' || FORMATS.has(format) || pattern !== undefined) return
  throw new TypeError(
    `${where} has the unknown format '${format}'; write a pattern, or one of ${formatNames.join(', ')}`,
  )
}

function remedyFor(keyword: string): string {
  const similar = [...KEYWORDS].find((known) => known.toLowerCase() === keyword.toLowerCase())
  if (similar !== undefined) return `did you mean '${similar}'?`
  const own = Object.hasOwn(REMEDIES, keyword) ? REMEDIES[keyword] : undefined
  return (
    own ?? `a property is described by { type: 'object', properties: { ${keyword}: … } }, an own keyword begins with x-`
  )
}

function checkDraft(draft: JsonValue | undefined, where: string): void {
  if (draft === undefined) return
  const text = typeof draft === 'string' ? draft : JSON.stringify(draft)
  if (/^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/.test(text)) return
  throw new TypeError(`${where} is written for ${text}; write it for draft 2020-12 and leave $schema out`)
}
