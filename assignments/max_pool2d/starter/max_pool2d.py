def max_pool2d(x, kernel_size, stride=None, padding=0):
    """Take the largest number in each window of each channel.

    Args:
        x: images, a numpy array of shape (N, C, H, W) of floating-point numbers.
        kernel_size: height and width of the window, an integer.
        stride: how far the window moves from one output to the next, an integer for both axes;
            None means as far as the window is large.
        padding: rows and columns added on all four sides, an integer; they never win.

    Returns:
        A new numpy array of shape (N, C, OH, OW), of the dtype of x. The images stay as they are.

    Raises:
        ValueError: the padding is more than half of the window, rounded down.
    """
    raise NotImplementedError
