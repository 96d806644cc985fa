// SPDX-License-Identifier: Apache-2.0
#include "templates/catalogue.hpp"

namespace davit::templates {

namespace shop {
std::span<const EmbeddedFile> files();
}

std::span<const Template> catalogue()
{
  static const Template k_templates[] = {
      {.name = "shop",
       .summary = "FastAPI on a Lambda container image: products, orders and users in DynamoDB, HS256 tokens, HTTP API, alarms",
       .files = shop::files()},
  };
  return k_templates;
}

}  // namespace davit::templates
