from aurelius_kernel import metrics as metrics
from aurelius_kernel.errors import AureliusError as AureliusError
