// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/auth/service_client.hpp"
#include "aws/auth/session.hpp"
#include "aws/core/result.hpp"
#include "aws/core/time.hpp"

/// Amazon CloudWatch alarms and metrics: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/
namespace davit::aws::cloudwatch {

/// A metric alarm (type MetricAlarm of the API reference).
struct Alarm {
  std::string name;
  std::string arn;
  std::string description;
  std::string state;  ///< "OK", "ALARM" or "INSUFFICIENT_DATA"
  std::string state_reason;
  std::optional<TimePoint> state_updated;
  bool actions_enabled = false;
  std::map<std::string, std::vector<std::string>> actions;  ///< ARNs, by the state on whose beginning they are called
  std::string metric;                                       ///< empty of an alarm on an expression
  std::string name_space;
  std::map<std::string, std::string> dimensions;
  std::string statistic;   ///< "Sum", "p95"
  std::string comparison;  ///< "GreaterThanOrEqualToThreshold"
  std::optional<double> threshold;
  int period_s = 0;
  int evaluation_periods = 0;
};

struct DescribeAlarmsInput {
  std::vector<std::string> names = {};
  std::string prefix = {};
  std::string state = {};
};

struct Metric {
  std::string name_space;
  std::string name;
  std::map<std::string, std::string> dimensions = {};
};

struct GetMetricDataInput {
  Metric metric;
  std::vector<std::string> statistics;  ///< "Sum", "Average", "p99.9": a series each
  std::chrono::seconds period{60};
  TimePoint start;
  TimePoint end;
};

struct DataPoint {
  TimePoint time;
  double value = 0;
};

struct Series {
  std::string statistic;
  std::vector<DataPoint> points;  ///< oldest first
  bool is_complete = true;        ///< false when CloudWatch says that there is more than it shows
};

class Client
{
public:
  explicit Client(auth::Session& session) : m_service(session, "cloudwatch") {}

  /// All pages; metric alarms alone.
  Result<std::vector<Alarm>> describe_alarms(const DescribeAlarmsInput& input);

  /// For a while: CloudWatch sets a metric alarm back when it evaluates it next.
  Status set_alarm_state(const std::string& name, const std::string& state, const std::string& reason);

  /// A series each statistic, in their order, all pages.
  Result<std::vector<Series>> get_metric_data(const GetMetricDataInput& input);

private:
  auth::ServiceClient m_service;
};

}  // namespace davit::aws::cloudwatch
