import { Metric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';
import { METRIC_DIMENSION, METRIC_NAMESPACE } from './contract';

/** A metric that the pipeline's functions count; attached, so that a dashboard in another region finds it. */
export function pipelineMetric(scope: IConstruct, metricName: string, serviceName: string, options?: MetricOptions): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { [METRIC_DIMENSION]: serviceName },
    statistic: Stats.SUM,
    ...options,
  }).attachTo(scope);
}
