import { describe, expect, it } from 'vitest'
import { scaled } from '@micro/testkit'
import { deploy, PLACES_WITH_NATS } from './support/deployment.ts'
import { upTo } from './support/in-parallel.ts'
import { refusalOf } from './support/refused.ts'
import { THEATRE } from './support/theatre.ts'

const SIGN_UPS = 50
const LOGINS = scaled(20, 5)

describe.each(PLACES_WITH_NATS)('a login name, two instances in %s', (place) => {
  it(`[28] ${SIGN_UPS} sign-ups at once for each of ${LOGINS} names: exactly one has it`, async () => {
    await using deployment = await deploy(place, { service: THEATRE })
    const { instances } = deployment
    for (const round of upTo(LOGINS)) {
      const login = `login-${round}`
      const codes = await Promise.all(
        upTo(SIGN_UPS).map((index) => {
          const payload = { login, user: `user-${index}` }
          return refusalOf((instances[index % 2] ?? instances[0]).ask({ action: 'sign up', payload }))
        }),
      )
      expect(codes.filter((code) => code === undefined)).toHaveLength(1)
      expect(codes.filter((code) => code === 'MICRO_RULE_BROKEN')).toHaveLength(SIGN_UPS - 1)
      const winner = `user-${codes.indexOf(undefined)}`
      const log = await deployment.log()
      expect(log).toHaveLength(2 * round + 1)
      expect(log.at(-1)).toMatchObject({ revision: 0, data: { login, user: winner } })
      // A position behind the winner's, so that both instances show it.
      const { positions } = await instances[0].ask({
        action: 'sign up',
        payload: { login: `after-${login}`, user: 'x' },
      })
      for (const instance of instances)
        expect(await instance.ask({ action: 'user of login', payload: { login }, positions })).toMatchObject({
          response: winner,
        })
    }
  })
})
