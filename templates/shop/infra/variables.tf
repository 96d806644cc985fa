# What davit renders from davit.yaml (`davit terraform render`). Types and names are its contract.

variable "name" {
  description = "Name of the project; the prefix of every resource."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}[a-z0-9]$", var.name))
    error_message = "The name must be 2 to 32 lower-case letters, digits and hyphens, starting with a letter."
  }
}

variable "environment" {
  description = "Name of the environment, the second part of every resource's name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,15}$", var.environment))
    error_message = "The environment must be 1 to 16 lower-case letters, digits and hyphens, starting with a letter."
  }
}

variable "region" {
  description = "AWS region, for example ap-southeast-1."
  type        = string
}

variable "account" {
  description = "AWS account that may be changed; any other one is refused. Null admits every account."
  type        = string
  default     = null
  nullable    = true

  validation {
    condition     = var.account == null || can(regex("^[0-9]{12}$", var.account))
    error_message = "An account has 12 digits."
  }
}

variable "image_uri" {
  description = "Image of the function, by digest: <registry>/<repository>@sha256:<digest>. Null where it is a zip package."
  type        = string
  default     = null
  nullable    = true

  validation {
    condition     = var.image_uri == null || can(regex("@sha256:[0-9a-f]{64}$", var.image_uri))
    error_message = "The image must be given by digest (…@sha256:…): what a tag means can change after the plan was read."
  }
}

variable "package" {
  description = "Zip package of the function, in place of an image: the archives, their hashes, and the Lambda runtime."
  type = object({
    filename         = string
    source_code_hash = string
    runtime          = string
    handler          = string
    layer            = optional(object({ filename = string, source_code_hash = string }))
  })
  default  = null
  nullable = true

  validation {
    condition     = var.package == null || can(regex("^(python3\\.[0-9]+|provided\\.al[0-9]+)$", var.package.runtime))
    error_message = "The runtime is one of python3.x and provided.alx, such as python3.12."
  }
}

variable "secrets" {
  description = "ARN of each secret by its key in davit.yaml. The secrets themselves are made before this module, so that no value enters the state."
  type        = map(string)

  validation {
    condition     = alltrue([for arn in values(var.secrets) : can(regex("^arn:[a-z-]+:secretsmanager:", arn))])
    error_message = "Each secret must be the ARN of a secret in Secrets Manager."
  }
}

variable "tables" {
  description = "DynamoDB tables by their key in davit.yaml."
  type = map(object({
    hash_key  = object({ name = string, type = string })
    range_key = optional(object({ name = string, type = string }))
    indexes = map(object({
      hash_key  = object({ name = string, type = string })
      range_key = optional(object({ name = string, type = string }))
    }))
  }))

  validation {
    condition = alltrue(flatten([
      for table in values(var.tables) : [
        for attribute in flatten([
          [table.hash_key, table.range_key],
          [for index in values(table.indexes) : [index.hash_key, index.range_key]],
        ]) : attribute == null ? true : contains(["S", "N", "B"], attribute.type)
      ]
    ]))
    error_message = "A key attribute has type S, N or B."
  }
}

variable "function" {
  description = "The handler: memory, time limit, architecture, its own environment variables, and the image's command."
  type = object({
    memory_mb    = number
    timeout_s    = number
    architecture = string
    environment  = map(string)
    command      = list(string)
  })

  validation {
    condition     = contains(["x86_64", "arm64"], var.function.architecture)
    error_message = "The architecture is x86_64 or arm64."
  }
  validation {
    condition     = var.function.memory_mb >= 128 && var.function.memory_mb <= 10240
    error_message = "Lambda offers 128 to 10240 MB."
  }
  validation {
    condition     = var.function.timeout_s >= 1 && var.function.timeout_s <= 30
    error_message = "An HTTP API waits 30 seconds at most: a longer time limit would run on with nobody listening."
  }
  validation {
    condition     = alltrue([for name in keys(var.function.environment) : can(regex("^[A-Za-z][A-Za-z0-9_]+$", name))])
    error_message = "Names of environment variables are letters, digits and underscores, starting with a letter."
  }
  validation {
    condition     = alltrue([for name in keys(var.function.environment) : !startswith(name, "AWS_")])
    error_message = "Lambda sets the variables AWS_… itself (AWS_REGION among them)."
  }
}

variable "api" {
  description = "The HTTP API in front: its stage, the origins browsers may call it from, and how much it lets through."
  type = object({
    type     = string
    stage    = string
    cors     = object({ origins = list(string) })
    throttle = object({ rate = number, burst = number })
  })

  validation {
    condition     = var.api.type == "http"
    error_message = "This module makes an HTTP API."
  }
  validation {
    condition     = var.api.stage == "$default"
    error_message = "The stage must be $default: the name of any other one comes first in the paths that the handler sees."
  }
  validation {
    condition     = var.api.throttle.rate > 0 && var.api.throttle.burst >= 1
    error_message = "A throttle of 0 would refuse every request."
  }
  validation {
    condition     = alltrue([for origin in var.api.cors.origins : origin == "*" || can(regex("^https?://[^/]+$", origin))])
    error_message = "An origin is a scheme and a host, without a path: https://shop.example."
  }
}

variable "alarms" {
  description = "Who is told, and from how many errors and throttled calls a minute, and from which mean duration on. Null makes no alarm."
  type = object({
    email       = optional(string)
    errors      = number
    duration_ms = number
    throttles   = number
  })
  default  = null
  nullable = true

  validation {
    condition     = var.alarms == null ? true : min(var.alarms.errors, var.alarms.duration_ms, var.alarms.throttles) >= 1
    error_message = "A threshold below 1 would be an alarm that never ends."
  }
}

variable "tags" {
  description = "Tags of every resource, beside Project, Environment and ManagedBy."
  type        = map(string)
  default     = {}
}

# What davit does not render; set it in a .tfvars of your own where the default does not suit.

variable "log_retention_days" {
  description = "How long the logs of function and API are kept."
  type        = number
  default     = 14

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "CloudWatch Logs offers 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545 and 731 days here."
  }
}

variable "deletion_protection" {
  description = "Whether the tables refuse to be deleted. Null: in the environment prod only."
  type        = bool
  default     = null
  nullable    = true
}

variable "secrets_kms_key_arn" {
  description = "The customer-managed key that the secrets are encrypted with; null for the AWS-managed one."
  type        = string
  default     = null
  nullable    = true
}
