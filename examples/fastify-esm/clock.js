const names = Intl.supportedValuesOf('timeZone');
const known = new Set([...names, 'UTC']);
const formats = new Map();

export const zoneNames = names;

export const isZone = (zone) => known.has(zone);

/** What a clock in `zone` shows at `instant`: "2026-11-24 18:05", and the hour as a number. */
export function localTime(instant, zone) {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
    formats.set(zone, format);
  }
  const time = format.format(instant);
  return { zone, time, hour: Number(time.slice(11, 13)) };
}
