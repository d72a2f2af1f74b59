"""Gives exported weights the names that they have in the PyTorch module of the architecture."""

import re


def _module_path(node_name):
    """'/enc/stages.0/stages.0.1/up/MatMul' -> 'enc.stages.0.1.up', as PyTorch's exporter nests names."""
    parts = []
    for part in node_name.strip("/").split("/")[:-1]:
        if parts and part.startswith(parts[-1] + "."):
            parts.pop()
        parts.append(part)
    return ".".join(parts)


def name_weights(graph):
    """Gives the exporter's numbered weights (`onnx::MatMul_2058`) the names of their modules."""
    _part_equals(graph)
    shapes = {t.name: list(t.dims) for t in graph.initializer}
    names, levels = {}, 0
    for node in graph.node:
        for index, name in enumerate(node.input):
            found = re.fullmatch(r"onnx::(MatMul|Conv|Expand|Add|Einsum)_\d+", name)
            if not found or name not in shapes or name in names:
                continue
            kind, path = found[1], _module_path(node.name)
            if kind == "Add" and len(shapes[name]) == 1:
                names[name] = f"level.{levels}"
                levels += 1
            elif kind == "Conv" and not path:
                names[name] = "mix.gray.weight"
            elif kind in ("MatMul", "Conv"):
                names[name] = f"{path}.{'bias' if index == 2 else 'weight'}"
            else:
                names[name] = {"Add": "qpos", "Expand": "query", "Einsum": "mix.query.weight"}[kind]
    names |= {name: name[2:] for name in shapes if name.startswith("m.")}
    assert len(set(names.values())) == len(names), "two weights got one name"
    for tensor in graph.initializer:
        tensor.name = names.get(tensor.name, tensor.name)
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]


def _part_equals(graph):
    """Undoes the exporter's merging of equal weights: an Identity of a weight is a weight of its own again."""
    weights = {t.name: t for t in graph.initializer}
    for node in [n for n in graph.node if n.op_type == "Identity" and n.input[0] in weights]:
        own = graph.initializer.add()
        own.CopyFrom(weights[node.input[0]])
        own.name = node.output[0]
        weights[own.name] = own
        graph.node.remove(node)
