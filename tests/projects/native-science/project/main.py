import io
import numpy, pandas, scipy.linalg, scipy.optimize, shapely
import matplotlib; matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pyarrow.parquet
assert abs(numpy.linalg.inv(numpy.eye(3) * 2)[0, 0] - 0.5) < 1e-9
frame = pandas.DataFrame({"a": [1, 2, 2], "b": [1.0, 2.0, 3.0]})
assert frame.groupby("a").b.sum().iloc[1] == 5.0
held = io.BytesIO(); frame.to_parquet(held); held.seek(0); assert pandas.read_parquet(held).equals(frame)
assert scipy.linalg.det([[1, 2], [3, 4]]) < 0
assert shapely.Point(0, 0).buffer(1).area > 3
plt.plot([1, 2]); plt.title("x"); out = io.BytesIO(); plt.savefig(out); assert out.getvalue()[:4] == b"\x89PNG"
plt.savefig(io.BytesIO(), format="pdf")
print("ok")
