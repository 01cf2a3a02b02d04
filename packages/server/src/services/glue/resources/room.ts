/**
 * The room of Glue's resources outside the catalog: crawlers, jobs, triggers, development endpoints, ML transforms, classifiers,
 * security configurations.
 */

import type { Room } from '../room.ts'
import * as classifiers from './classifiers.ts'
import * as crawlers from './crawlers.ts'
import * as crawls from './crawls.ts'
import * as devEndpoints from './dev-endpoints.ts'
import * as jobRuns from './job-runs.ts'
import * as jobs from './jobs.ts'
import { resourceKinds } from './kinds.ts'
import * as tasks from './ml-task-runs.ts'
import * as transforms from './ml-transforms.ts'
import * as securityConfigurations from './security-configurations.ts'
import { glueResourceSteps } from './tables.ts'
import * as triggers from './triggers.ts'

export const resourcesRoom: Room = {
  operations: [
    crawlers.createCrawler,
    crawlers.getCrawler,
    crawlers.updateCrawler,
    crawlers.deleteCrawler,
    crawlers.getCrawlers,
    crawlers.listCrawlers,
    crawlers.batchGetCrawlers,
    crawls.startCrawler,
    crawls.stopCrawler,
    crawls.listCrawls,
    crawls.getCrawlerMetrics,
    crawls.startCrawlerSchedule,
    crawls.stopCrawlerSchedule,
    crawls.updateCrawlerSchedule,
    jobs.createJob,
    jobs.getJob,
    jobs.updateJob,
    jobs.deleteJob,
    jobs.getJobs,
    jobs.listJobs,
    jobs.batchGetJobs,
    jobs.getJobBookmark,
    jobs.resetJobBookmark,
    jobRuns.startJobRun,
    jobRuns.getJobRun,
    jobRuns.getJobRuns,
    jobRuns.batchStopJobRun,
    triggers.createTrigger,
    triggers.getTrigger,
    triggers.updateTrigger,
    triggers.deleteTrigger,
    triggers.startTrigger,
    triggers.stopTrigger,
    triggers.getTriggers,
    triggers.listTriggers,
    triggers.batchGetTriggers,
    devEndpoints.createDevEndpoint,
    devEndpoints.getDevEndpoint,
    devEndpoints.updateDevEndpoint,
    devEndpoints.deleteDevEndpoint,
    devEndpoints.getDevEndpoints,
    devEndpoints.listDevEndpoints,
    devEndpoints.batchGetDevEndpoints,
    transforms.createMLTransform,
    transforms.getMLTransform,
    transforms.updateMLTransform,
    transforms.deleteMLTransform,
    transforms.getMLTransforms,
    transforms.listMLTransforms,
    tasks.startMLEvaluationTaskRun,
    tasks.startMLLabelingSetGenerationTaskRun,
    tasks.startImportLabelsTaskRun,
    tasks.startExportLabelsTaskRun,
    tasks.getMLTaskRun,
    tasks.getMLTaskRuns,
    tasks.cancelMLTaskRun,
    classifiers.createClassifier,
    classifiers.getClassifier,
    classifiers.getClassifiers,
    classifiers.updateClassifier,
    classifiers.deleteClassifier,
    securityConfigurations.createSecurityConfiguration,
    securityConfigurations.getSecurityConfiguration,
    securityConfigurations.getSecurityConfigurations,
    securityConfigurations.deleteSecurityConfiguration,
  ],
  steps: glueResourceSteps,
  kinds: resourceKinds,
}
