import { isZone, localTime, zoneNames } from '../clock.js';

export async function zones(app) {
  app.get('/', async () => zoneNames);

  // Zone names have a slash: /zones/Europe/Berlin
  app.get('/*', {
    schema: {
      response: { 200: { type: 'object', properties: { zone: { type: 'string' }, time: { type: 'string' } } } },
    },
  }, async (request, reply) => {
    const zone = request.params['*'];
    if (!isZone(zone)) return reply.code(404).send({ error: `there is no time zone ${zone}` });
    return localTime(new Date(), zone);
  });
}
