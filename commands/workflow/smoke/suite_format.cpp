// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/suite_format.hpp"

namespace davit::commands::workflow::smoke {

const char* const k_suite_format = R"yaml(A suite is a YAML file:
  name: products                                     # else the name of the file
  variables: {email: "smoke-{{run}}@example.com"}    # run: a fresh id each time
  setup:
    - {name: a product, item: {table: products, put: {product_id: "p-{{run}}", price: 8.50}}}
  steps:
    - name: an admin creates a product
      request: POST /products
      token: admin
      headers: {X-Correlation-ID: "{{run}}"}
      json: {name: Lamp, price: 19.90, stock: 3}
      expect:
        status: 201
        headers: {x-correlation-id: "{{run}}"}
        json: {$.name: Lamp, $.product_id: {matches: "^[a-z0-9-]+$"}}
        latency_ms: 2000
      capture: {id: $.product_id}
    - name: it is found
      request: GET /products/{{id}}
      expect: {status: 200}
      retry: {times: 5, wait: 200ms}
    - name: the raw event
      event: events/health.json
      expect: {payload: {$.statusCode: 200}, log: health}
  cleanup:
    - {name: remove, request: "DELETE /products/{{id}}", token: admin, expect: {status: [2xx, 404]}}
Steps run in their order. After a step of `setup` that did not pass, `steps` are skipped; `cleanup` runs in any case, and its failures count. A step is skipped, and sends nothing, when an earlier step could not capture what it uses.
A step does one thing:
  request: METHOD /path    an HTTP request: to a URL, or made an event (payload 2.0) for a function
    token: PROFILE         a bearer token of this profile of davit.yaml; none: without one
    headers: {NAME: text}  they win over what davit would set
    json: VALUE            the body, with Content-Type: application/json
    form: {NAME: text}     the body, form-urlencoded
    body: text             the body as it stands
  event: FILE              a JSON file, relative to the suite, sent to the function itself
  item: {table: NAME, ...} a call of DynamoDB; NAME is a key of davit.yaml or a physical name
    get: KEY               brings the item, or nothing; KEY is {attribute: value}
    put: ITEM              plain JSON; numbers, {$set: [...]} and {$bin: base64} as in `davit item`
    update: KEY            with set: {NAME: value} and remove: [NAME]; brings the item as it is then
    delete: KEY
    query: KEY             equal key attributes, with index: NAME; brings the list of items
And may have:
  name: text               for reports
  expect: {...}            see below
  capture: {NAME: PATH}    keeps a value of the JSON for later steps as {{NAME}}; or
                           {NAME: {header: NAME}}, {NAME: {json: PATH, matches: "id=(.*)"}}
  retry: {times: N, wait: 200ms, stop_if: {...}}   again, up to N more times, until everything holds, or until the answer is as stop_if
                           says, in the words of expect: {status: 4xx}, {json: {$.state: failed}}
  each: [{NAME: VALUE, ...}, ...]  runs for each row, whose values are {{NAME}}; or the name of a CSV file, relative to the suite,
                           whose first line has the names (200, true and null are no texts there, "200" is one)
  timeout: 10s             for one attempt (default 60s, of a function its own limit)
`expect` looks at:
  status: 201              or a class: 2xx, or a list: [200, 2xx], or operators
  headers: {NAME: VALUE}   names in any case; a repeated header is joined by ", "
  json: {PATH: VALUE}      of the answer, or of an item; of a body that is no JSON no check holds
  payload: {PATH: VALUE}   of the function's answer to an `event`
  body: VALUE              the text
  latency_ms: N            at most so many milliseconds from request to answer
  log: text                a part of the function's log of this step, or operators
  schema: FILE             the JSON is valid by this JSON Schema (draft 2020-12), relative to the suite; or the schema itself
  function_error: VALUE    Unhandled; a step that does not expect one fails by it
Without `status`, an answer of 500 or above fails the step.
PATH is $.name, $['other name'], $.list[0], $.list[-1], $.list[*].name (the list of all). VALUE is a literal, equal in type and value (19.90 equals 19.9; "1" is not 1; null is not absent), or operators that must all hold:
  equals: VALUE            a literal, also one that looks like operators
  matches: REGEX           a regular expression (ECMAScript) found in the text; ^...$ for all of it
  contains: VALUE          part of the text, element of the list
  exists: true | false     whether there is any value, null included
  type: string | number | integer | boolean | null | array | object
  length: N | {min: N}     of a text in characters, of a list, of an object
  min, max, gt, lt: N      at least, at most, above, below
  any_of: [VALUE, ...]
  not: VALUE               there is a value, and it is not this
A schema may use every keyword of the draft but unevaluatedItems, unevaluatedProperties, $anchor, $dynamicRef and references to other files, which are refused by name, as is a keyword that the draft does not know; format is not checked.
{{NAME}} stands for a variable, in paths, headers, bodies, events, items and expectations. A text that is nothing but one {{NAME}} becomes the value with its type.)yaml";

}  // namespace davit::commands::workflow::smoke
