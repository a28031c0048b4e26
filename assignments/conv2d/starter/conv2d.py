def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    """Cross-correlate each image with each filter and add the bias.

    Args:
        x: images, a numpy array of shape (N, C_in, H, W).
        w: filters, a numpy array of shape (C_out, C_in, KH, KW).
        b: bias, a numpy array of shape (C_out,), or None for no bias.
        stride: how far the window moves from one output to the next, an integer for both axes.
        padding: rows and columns of zeros on all four sides, an integer.
        dilation: distance between neighbouring taps of the kernel, an integer; 1 means no gaps.

    Returns:
        A new numpy array of shape (N, C_out, OH, OW), of the dtype np.result_type of x, w and b
        (of x and w where b is None). The arguments stay as they are.

    Raises:
        ValueError: x and w differ in their channels, or the window exceeds the padded input.
    """
    raise NotImplementedError
