import hashlib
import struct

import numpy as np
import pandas as pd

from aurelius_kernel.data.content import data_hash

DAYS = pd.DatetimeIndex(["2024-01-02T21:00Z", "2024-01-03T21:00Z"]).as_unit("ns")
BARS = pd.DataFrame(
    {"open": [1.0, 2.0], "high": [3.0, 4.0], "low": [0.5, 1.5], "close": [2.0, 3.0], "volume": [10.0, 0.0]}, index=DAYS
)


def test_the_hash_is_of_the_stamps_and_then_of_each_column():
    seconds = (1_704_229_200, 1_704_315_600)
    content = struct.pack("<2q", *(second * 10**9 for second in seconds))
    content += struct.pack("<10d", 1.0, 2.0, 3.0, 4.0, 0.5, 1.5, 2.0, 3.0, 10.0, 0.0)
    assert data_hash(BARS) == hashlib.sha256(content).hexdigest()


def test_equal_tables_have_equal_hashes_whatever_their_bits():
    payload = np.frombuffer(struct.pack("<Q", 0x7FF8_0000_DEAD_BEEF), dtype="<f8")[0]
    with_payload = BARS.assign(open=[payload, 2.0], volume=[10.0, -0.0])
    assert data_hash(with_payload) == data_hash(BARS.assign(open=[np.nan, 2.0]))


def test_a_missing_column_counts_as_unknown():
    assert data_hash(BARS[["close"]]) == data_hash(BARS.assign(open=np.nan, high=np.nan, low=np.nan, volume=np.nan))


def test_the_unit_of_the_index_and_the_order_of_columns_do_not_matter():
    other = BARS[["volume", "low", "close", "open", "high"]].set_axis(DAYS.as_unit("us"))
    assert data_hash(other) == data_hash(BARS)


def test_a_changed_price_or_time_changes_the_hash():
    hashes = {
        data_hash(BARS),
        data_hash(BARS.assign(close=[2.0, 3.0000001])),
        data_hash(BARS.set_axis(DAYS + pd.Timedelta(1, "ns"))),
    }
    assert len(hashes) == 3
