import { describe, expect, it } from 'vitest'
import { BANK } from './support/bank.ts'
import { deploy, PLACES } from './support/deployment.ts'

describe.each(PLACES)('two instances in %s', (place) => {
  it('see each other', async () => {
    await using deployment = await deploy(place, { service: BANK })
    const [one, other] = deployment.instances
    const { positions } = await one.ask({ action: 'open account', payload: { account: 'a', owner: 'ann' } })
    await other.ask({ action: 'deposit money', payload: { account: 'a', amount: 5 }, positions })
    expect((await deployment.log()).map(({ type }) => type)).toEqual(['account opened', 'money deposited'])
  })
})
