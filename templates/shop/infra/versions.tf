terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 6.0"
    }
  }

  # Bucket, key and region are given by `davit terraform`: the bucket exists before this module does,
  # and without a remote state a pipeline would forget everything it made.
  backend "s3" {}
}

provider "aws" {
  region              = var.region
  allowed_account_ids = var.account == null ? null : [var.account]

  default_tags {
    tags = local.tags
  }
}
