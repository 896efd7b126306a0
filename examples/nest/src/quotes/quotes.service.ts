import { Injectable } from '@nestjs/common';
import type { Parcel } from './parcel.pipe.js';

interface Country {
  code: string;
  name: string;
  base: number;
  perKg: number;
  days: [number, number];
}

const COUNTRIES: Country[] = [
  { code: 'AT', name: 'Austria', base: 7.9, perKg: 0.8, days: [2, 3] },
  { code: 'CH', name: 'Switzerland', base: 12.5, perKg: 1.6, days: [3, 5] },
  { code: 'DE', name: 'Germany', base: 4.9, perKg: 0.5, days: [1, 2] },
  { code: 'FR', name: 'France', base: 8.4, perKg: 0.9, days: [2, 4] },
  { code: 'GB', name: 'United Kingdom', base: 14.9, perKg: 1.9, days: [4, 7] },
  { code: 'IT', name: 'Italy', base: 9.2, perKg: 1.0, days: [3, 5] },
  { code: 'PL', name: 'Poland', base: 7.2, perKg: 0.7, days: [2, 4] },
  { code: 'US', name: 'United States', base: 24.9, perKg: 4.5, days: [6, 12] },
];

const INSURANCE = 3.5;

@Injectable()
export class QuotesService {
  private readonly byCode = new Map(COUNTRIES.map((country) => [country.code, country]));

  countries() {
    return COUNTRIES.map(({ code, name }) => ({ code, name }));
  }

  country(code: string) {
    return this.byCode.get(code);
  }

  quote({ country: code, weightKg, insured }: Parcel) {
    const country = this.byCode.get(code);
    if (!country) return undefined;
    const price = country.base + country.perKg * Math.ceil(weightKg) + (insured ? INSURANCE : 0);
    return { country: country.name, price: Math.round(price * 100) / 100, currency: 'EUR', days: country.days };
  }
}
