"""Entry point of the function: API Gateway events in, API Gateway answers out."""

import os

from mangum import Mangum

from app.application import create_app
from app.settings import Settings

# At import, so that the work is done in Lambda's init phase; a wrong setting fails there as well.
app = create_app(Settings.from_environment(os.environ))

# Lambda never ends an application, so there is no lifespan to run.
handler = Mangum(app, lifespan="off")
