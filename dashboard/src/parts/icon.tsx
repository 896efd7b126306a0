// Line icons, 20 × 20.

const PATHS: Record<string, string> = {
  overview: 'M3 11.5 7 7l3.5 3.5L17 4M3 16.5h14',
  diagram: 'M3 4h5v4H3zM12 4h5v4h-5zM7.5 12h5v4h-5zM5.500 8v2h9V8M10 10v2',
  workers: 'M4 4h12v5H4zM4 11h12v5H4zM7 6.500h.01M7 13.500h.01',
  routes: 'M4 5a1.500 1.500 0 1 0 .01 0M16 12a1.500 1.500 0 1 0 .01 0M5.500 6.500H12a3 3 0 0 1 0 6H8a2 2 0 0 0 0 4h4',
  cache: 'M10 3 3 6.500l7 3.500 7-3.500zM3 10l7 3.500 7-3.500M3 13.500 10 17l7-3.500',
  store: 'M4 5.500C4 4 7 3 10 3s6 1 6 2.500S13 8 10 8 4 7 4 5.500zM4 5.500v9C4 16 7 17 10 17s6-1 6-2.500v-9M4 10c0 1.500 3 2.500 6 2.500s6-1 6-2.500',
  logs: 'M4 5h12M4 8.500h8M4 12h12M4 15.500h6',
  config: 'M4 6h6M14 6h2M4 14h2M10 14h6M12 4v4M8 12v4',
  audit: 'M5 3h7l3 3v11H5zM8 9h4M8 12.500h4',
  about: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9.500v4M10 6.500h.01',
  menu: 'M3 6h14M3 10h14M3 14h14',
  close: 'M5 5l10 10M15 5 5 15',
  light: 'M10 13.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM10 2v1.500M10 16.500V18M2 10h1.500M16.500 10H18M4.500 4.500l1 1M14.500 14.500l1 1M4.500 15.500l1-1M14.500 5.500l1-1',
  dark: 'M16 12.500A6.500 6.500 0 0 1 7.500 4a6.500 6.500 0 1 0 8.500 8.500z',
  system: 'M3 4h14v9H3zM7 16.500h6',
  open: 'M7 5l5 5-5 5',
}

export function Icon({ name }: { name: string }) {
  return (
    <svg viewBox="0 0 20 20" width="17" height="17" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      <path d={PATHS[name] ?? ''} />
    </svg>
  )
}
