import { Body, Controller, Get, HttpCode, NotFoundException, Param, Post } from '@nestjs/common';
import { ParcelPipe, type Parcel } from './parcel.pipe.js';
import { QuotesService } from './quotes.service.js';

@Controller()
export class QuotesController {
  constructor(private readonly quotes: QuotesService) {}

  @Get('countries')
  countries() {
    return this.quotes.countries();
  }

  @Get('countries/:code')
  country(@Param('code') code: string) {
    const country = this.quotes.country(code);
    if (!country) throw new NotFoundException(`we do not ship to ${code}`);
    return country;
  }

  @Post('quotes')
  @HttpCode(200)
  quote(@Body(ParcelPipe) parcel: Parcel) {
    const quote = this.quotes.quote(parcel);
    if (!quote) throw new NotFoundException(`we do not ship to ${parcel.country}`);
    return quote;
  }
}
