import { BadRequestException, Injectable, type PipeTransform } from '@nestjs/common';

export interface Parcel {
  country: string;
  weightKg: number;
  insured: boolean;
}

const WEIGHT_MAX_KG = 31.5;

/** Makes a parcel out of a request's body, or tells what is wrong with it. */
@Injectable()
export class ParcelPipe implements PipeTransform<unknown, Parcel> {
  transform(value: unknown): Parcel {
    const { country, weightKg, insured = false } = (value ?? {}) as Partial<Parcel>;
    const faults: string[] = [];
    if (typeof country !== 'string' || !/^[A-Z]{2}$/.test(country)) faults.push('country must be two capital letters');
    if (typeof weightKg !== 'number' || !(weightKg > 0 && weightKg <= WEIGHT_MAX_KG)) {
      faults.push(`weightKg must be a number up to ${WEIGHT_MAX_KG}`);
    }
    if (typeof insured !== 'boolean') faults.push('insured must be true or false');
    if (faults.length > 0) throw new BadRequestException(faults);
    return { country, weightKg, insured } as Parcel;
  }
}
