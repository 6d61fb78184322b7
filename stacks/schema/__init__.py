"""The typed model of a stack file: three kinds of stack, and the sections that they are made of."""

from typing import Annotated

from pydantic import Field

from stacks.schema.foundation import Foundation
from stacks.schema.platform import Platform
from stacks.schema.team import Team

Stack = Annotated[Foundation | Platform | Team, Field(discriminator="kind")]

__all__ = ["Foundation", "Platform", "Stack", "Team"]
