// Next.js with the standalone output, as it is put into containers.
export default {
  output: 'standalone',
  outputFileTracingRoot: new URL('..', import.meta.url).pathname,
  redirects: async () => [{ source: '/redirect', destination: '/api/where', permanent: false }],
};
