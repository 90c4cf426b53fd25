#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <libdeflate.h>

static PyObject *crc32(PyObject *self, PyObject *args) {
    const char *data;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(args, "y#", &data, &size))
        return NULL;
    return PyLong_FromUnsignedLong(libdeflate_crc32(0, data, (size_t)size));
}

static PyMethodDef methods[] = {{"crc32", crc32, METH_VARARGS, "CRC-32 of bytes."}, {NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_sums", NULL, -1, methods};

PyMODINIT_FUNC PyInit__sums(void) { return PyModule_Create(&module); }
