// NestJS 12 on Express 5, compiled by tsc: modules, injection, pipes, shutdown hooks.
import 'reflect-metadata';
import { Body, Controller, Get, HttpCode, Injectable, Module, OnApplicationShutdown, Post, Redirect, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Request, Response } from 'express';
import { setTimeout as wait } from 'node:timers/promises';

@Injectable()
class Where {
  of({ ip, protocol, hostname }: Request) {
    return { app: 'nest', ip, protocol, hostname };
  }
}

@Controller()
class Everything implements OnApplicationShutdown {
  constructor(private readonly where: Where) {}

  @Get('where')
  here(@Req() request: Request) {
    return this.where.of(request);
  }

  @Post('echo')
  echo(@Body() body: unknown) {
    return body;
  }

  @Get('redirect')
  @Redirect('/where')
  redirect() {}

  @Get('stream')
  async stream(@Res() response: Response) {
    for (let part = 0; part < 5; part++) {
      response.write(`part ${part}\n`);
      await wait(20);
    }
    response.end();
  }

  @Get('slow')
  @HttpCode(200)
  async slow() {
    await wait(500);
    return 'slow';
  }

  @Get('broken')
  broken() {
    throw new Error('broken on purpose');
  }

  onApplicationShutdown() {
    console.log('closed');
  }
}

@Module({ controllers: [Everything], providers: [Where] })
class App {}

const app = await NestFactory.create<NestExpressApplication>(App);
app.set('trust proxy', 1);
app.useStaticAssets(new URL('../../public', import.meta.url).pathname);
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3000);
console.log('address', JSON.stringify(app.getHttpServer().address()), await app.getUrl());
