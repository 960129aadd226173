import { Module } from '@nestjs/common';
import { ViewsModule } from '../views/views.module.js';
import { GetMandateProvenanceHandler } from './provenance.handler.js';

/** The history of a mandate asks it by query, so it has no controller of its own. */
@Module({ imports: [ViewsModule], providers: [GetMandateProvenanceHandler] })
export class ProvenanceModule {}
