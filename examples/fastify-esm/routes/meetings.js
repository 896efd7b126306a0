import { isZone, localTime } from '../clock.js';

const HOUR_MS = 3600 * 1000;

const body = {
  type: 'object',
  required: ['day', 'zones'],
  additionalProperties: false,
  properties: {
    day: { type: 'string', format: 'date' },
    zones: { type: 'array', minItems: 1, maxItems: 20, uniqueItems: true, items: { type: 'string' } },
    from: { type: 'integer', minimum: 0, maximum: 23, default: 8 },
    to: { type: 'integer', minimum: 1, maximum: 24, default: 18 },
  },
};

/** The hours of a day at which everyone is at work. */
export async function meetings(app) {
  app.post('/', { schema: { body } }, async (request, reply) => {
    const { day, zones, from, to } = request.body;
    const unknown = zones.find((zone) => !isZone(zone));
    if (unknown) return reply.code(422).send({ error: `there is no time zone ${unknown}` });
    const start = Date.parse(`${day}T00:00:00Z`);
    const hours = Array.from({ length: 24 }, (_, hour) => new Date(start + hour * HOUR_MS));
    const slots = hours
      .map((instant) => ({ utc: instant.toISOString(), local: zones.map((zone) => localTime(instant, zone)) }))
      .filter(({ local }) => local.every(({ hour }) => hour >= from && hour < to));
    return { day, slots };
  });
}
