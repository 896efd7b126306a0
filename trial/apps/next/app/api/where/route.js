export const GET = (request) => Response.json({
  app: 'next', ip: request.headers.get('x-forwarded-for'), protocol: request.headers.get('x-forwarded-proto'),
});
