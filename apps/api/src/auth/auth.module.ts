import { Module } from '@nestjs/common';
import { RecorderTokens } from './recorder-tokens.js';

@Module({ providers: [RecorderTokens], exports: [RecorderTokens] })
export class AuthModule {}
