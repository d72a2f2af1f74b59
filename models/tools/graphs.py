"""Turns an exported half-precision ONNX graph into the lean fp32 and fp16 graphs that ship.

Nothing here knows where weights are stored; `pack.py` moves them out of the graph afterwards.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from tools.weight_names import name_weights

HALF, FULL = TensorProto.FLOAT16, TensorProto.FLOAT

# Scalars whose rounding to half precision is visible; the fp32 graph gets the true value back.
# (onnxruntime recognises a GELU only by an exact square root of two.)
EXACT = (np.sqrt(2.0), 0.485, 0.456, 0.406, 0.229, 0.224, 0.225)

# Ops that only move weights about. Arithmetic on whole weights is left to the runtime: a product of
# two weights is no weight, and would not be the same number in every variant.
MOVES = ("Expand", "Reshape", "Slice", "Squeeze", "Transpose", "Unsqueeze")
SMALL = 32


def variant_graph(source, variant):
    """Returns the lean model of one variant, weights still inside.

    source: an fp16 ModelProto with float32 inputs and outputs. variant: "fp32" or "fp16".
    """
    model = onnx.ModelProto()
    model.CopyFrom(source)
    graph = model.graph
    _constants_to_initialisers(graph)
    name_weights(graph)
    if variant == "fp32":
        _widen(graph)
    _fix_batch(graph)
    _sort(graph)
    while _fold(model) or _drop_casts(model) or _merge_equal(graph) or _drop_dead(graph):
        pass
    _strip(model)
    onnx.checker.check_model(model, full_check=True)
    return model


def _constants_to_initialisers(graph):
    for node in [n for n in graph.node if n.op_type == "Constant"]:
        value = numpy_helper.to_array(node.attribute[0].t)
        graph.initializer.append(numpy_helper.from_array(value, node.output[0]))
        graph.node.remove(node)


def _exact(value):
    """Undoes the half-precision rounding of the known scalars; leaves all else as it is."""
    wide = value.astype(np.float32)
    if value.size <= 3:
        for scalar in EXACT:
            wide[value == np.float16(scalar)] = scalar
    return wide


def _widen(graph):
    for tensor in graph.initializer:
        if tensor.data_type == HALF:
            tensor.CopyFrom(numpy_helper.from_array(_exact(numpy_helper.to_array(tensor)), tensor.name))
    for node in graph.node:
        for attribute in node.attribute:
            if node.op_type == "Cast" and attribute.name == "to" and attribute.i == HALF:
                attribute.i = FULL
            if attribute.HasField("t") and attribute.t.data_type == HALF:
                wide = numpy_helper.to_array(attribute.t).astype(np.float32)
                attribute.t.CopyFrom(numpy_helper.from_array(wide))


def _fix_batch(graph):
    """Every graph takes one picture at a time, so the exporter's free batch of an output is 1."""
    for value in graph.output:
        first = value.type.tensor_type.shape.dim[0]
        first.Clear()
        first.dim_value = 1


def _sort(graph):
    known = {v.name for v in graph.input} | {t.name for t in graph.initializer} | {""}
    waiting, order = list(graph.node), []
    while waiting:
        ready = [n for n in waiting if all(i in known for i in n.input)]
        assert ready, "the graph has a cycle or an unknown input"
        order += ready
        known |= {o for n in ready for o in n.output}
        waiting = [n for n in waiting if not all(i in known for i in n.input) or n not in ready]
    del graph.node[:]
    graph.node.extend(order)


def _infer(model):
    """Maps each value's name to its element type and its dimensions (None where not known)."""
    graph = onnx.shape_inference.infer_shapes(_without_weights(model), data_prop=True).graph
    found = {}
    for value in [*graph.input, *graph.value_info, *graph.output]:
        kind = value.type.tensor_type
        dims = [d.dim_value if d.HasField("dim_value") else None for d in kind.shape.dim]
        found[value.name] = (kind.elem_type, dims if kind.HasField("shape") else None)
    found |= {t.name: (t.data_type, list(t.dims)) for t in model.graph.initializer}
    return found


def _without_weights(model):
    """A copy for shape inference, which reads no weights but takes a second for each that it is handed."""
    light = onnx.ModelProto(ir_version=model.ir_version, opset_import=model.opset_import)
    graph, source = light.graph, model.graph
    graph.name = source.name
    graph.node.extend(source.node)
    graph.input.extend(source.input)
    graph.output.extend(source.output)
    for tensor in source.initializer:
        if np.prod(tensor.dims) < SMALL:
            graph.initializer.append(tensor)
        else:
            graph.input.append(helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims))
    return light


def _evaluate(node, constants):
    inputs = [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(constants[n].dtype), None)
              for n in dict.fromkeys(node.input) if n]
    outputs = [helper.make_empty_tensor_value_info(o) for o in node.output]
    graph = helper.make_graph([node], "one", inputs, outputs)
    single = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    feeds = {n: constants[n] for n in node.input if n}
    return [np.asarray(v) for v in ReferenceEvaluator(single).run(None, feeds)]


def _known_value(node, constants, shapes, made_by):
    """The outputs of a node that does not depend on the picture, or None."""
    if node.op_type == "Shape":
        dims = shapes.get(node.input[0], (0, None))[1]
        return [np.array(dims, np.int64)] if dims is not None and None not in dims else None
    if all(name in constants for name in node.input if name):
        values = _evaluate(node, constants)
        return values if node.op_type in MOVES or all(v.size < SMALL for v in values) else None
    shape = made_by.get(node.input[0])
    if node.op_type in ("Gather", "Slice") and shape is not None and shape.op_type == "Shape":
        dims = shapes.get(shape.input[0], (0, None))[1]
        if dims is None or not all(name in constants for name in node.input[1:]):
            return None
        # Unknown dimensions are marked by -1: only a pick without one of them is a constant.
        marked = np.array([-1 if d is None else d for d in dims], np.int64)
        picked = _evaluate(node, constants | {node.input[0]: marked})
        return picked if not (picked[0] == -1).any() else None
    return None


def _fold(model):
    graph, shapes = model.graph, _infer(model)
    constants = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    made_by = {o: n for n in graph.node for o in n.output}
    kept, changed = [], False
    for node in graph.node:
        values = _known_value(node, constants, shapes, made_by)
        if values is None:
            kept.append(node)
            continue
        changed = True
        weight = next((i for i in node.input if i in constants and constants[i].size >= SMALL), None)
        for output, value in zip(node.output, values):
            constants[output] = value
            name = output
            if weight is not None and np.array_equal(value, constants[weight]):
                _rename(graph, output, weight)
                continue
            if weight is not None and node.op_type == "Slice":
                # The sixteen sub-pixel branches of the last convolution: weight.0 … weight.15.
                name = f"{weight}.{int(constants[node.input[1]][0])}"
                _rename(graph, output, name)
            graph.initializer.append(numpy_helper.from_array(value, name))
    del graph.node[:]
    graph.node.extend(kept)
    return changed


def _rename(graph, old, new):
    for node in graph.node:
        node.input[:] = [new if name == old else name for name in node.input]


def _drop_casts(model):
    graph, shapes = model.graph, _infer(model)
    outputs = {v.name for v in graph.output}
    for node in graph.node:
        if node.op_type != "Cast" or shapes.get(node.input[0], (0,))[0] != node.attribute[0].i:
            continue
        source, target = node.input[0], node.output[0]
        graph.node.remove(node)
        if target in outputs:
            for other in graph.node:
                other.output[:] = [target if name == source else name for name in other.output]
            _rename(graph, source, target)
        else:
            _rename(graph, target, source)
        return True
    return False


def _merge_equal(graph):
    """Makes one of constants and of nodes that are the same."""
    changed, seen = False, {}
    for tensor in list(graph.initializer):
        if np.prod(tensor.dims) >= SMALL:
            continue
        key = (tensor.data_type, tuple(tensor.dims), numpy_helper.to_array(tensor).tobytes())
        if len(key[2]) <= 64 and key in seen:
            _rename(graph, tensor.name, seen[key])
            graph.initializer.remove(tensor)
            changed = True
        seen.setdefault(key, tensor.name)
    outputs, seen = {v.name for v in graph.output}, {}
    for node in list(graph.node):
        key = (node.op_type, tuple(node.input), tuple(a.SerializeToString() for a in node.attribute))
        if key in seen and not outputs & set(node.output):
            for old, new in zip(node.output, seen[key].output):
                _rename(graph, old, new)
            graph.node.remove(node)
            changed = True
        seen.setdefault(key, node)
    return changed


def _drop_dead(graph):
    used = {name for node in graph.node for name in node.input} | {v.name for v in graph.output}
    dead = [n for n in graph.node if not used & set(n.output)]
    for node in dead:
        graph.node.remove(node)
    for tensor in [t for t in graph.initializer if t.name not in used]:
        graph.initializer.remove(tensor)
    return bool(dead)


def _strip(model):
    """Drops what only a reader of the export needs, and gives inner values short names."""
    graph = model.graph
    del graph.value_info[:], model.metadata_props[:], graph.metadata_props[:]
    model.doc_string = graph.doc_string = model.producer_version = ""
    model.producer_name = "pack.py"
    fixed = {v.name for v in [*graph.input, *graph.output]}
    fixed |= {t.name for t in graph.initializer if np.prod(t.dims) >= SMALL}
    short = {}
    for name in [o for n in graph.node for o in n.output] + [t.name for t in graph.initializer]:
        short[name] = name if name in fixed else short.get(name, f"v{len(short)}")
    for node in graph.node:
        node.doc_string = ""
        node.input[:] = [short.get(name, name) for name in node.input]
        node.output[:] = [short.get(name, name) for name in node.output]
    for tensor in graph.initializer:
        tensor.doc_string, tensor.name = "", short[tensor.name]
