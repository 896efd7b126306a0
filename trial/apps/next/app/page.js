import { headers } from 'next/headers';

export default async function Page() {
  const host = (await headers()).get('x-forwarded-host');
  return <h1>rendered for {host}</h1>;
}
