/** Orders versions as `1.9.0` < `1.10.0-rc.1` < `1.10.0`. Others may have versions of any form: those are ordered somehow, always alike. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [parts(one), parts(other)]
  return (
    compare(a.numbers, b.numbers) || Number(a.before === '') - Number(b.before === '') || compare(a.before, b.before)
  )
}

function parts(version: string): { readonly numbers: string; readonly before: string } {
  const [whole = ''] = version.split('+')
  const [numbers = '', ...before] = whole.split('-')
  return { numbers, before: before.join('-') }
}

const { compare } = new Intl.Collator('en', { numeric: true })
