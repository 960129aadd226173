import { Module } from '@nestjs/common';
import { ViewsModule } from '../views/views.module.js';
import { FindDecisionsHandler, FindMandatesHandler } from './search.handlers.js';

/** Lists of mandates and decisions ask it by query, so it has no controller of its own. */
@Module({ imports: [ViewsModule], providers: [FindDecisionsHandler, FindMandatesHandler] })
export class SearchModule {}
