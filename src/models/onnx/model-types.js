/** Element types of ONNX that are read here, by their numbers in `TensorProto.DataType`. */
export const ELEMENT = {
    float: 1,
    uint8: 2,
    int8: 3,
    int32: 6,
    int64: 7,
    bool: 9,
    half: 10,
    double: 11,
};
