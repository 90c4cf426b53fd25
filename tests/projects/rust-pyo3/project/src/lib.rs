use pyo3::prelude::*;

#[pyfunction]
fn answer(a: u64, b: u64) -> u64 {
    a * b
}

#[pymodule]
fn quick(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(answer, module)?)
}
