namespace DataBright.Learning.Networks;

/// <summary>What training makes small.</summary>
public enum Loss
{
    /// <summary>−ln of the probability that softmax gives the label, in nats.</summary>
    SoftmaxCrossEntropy,

    /// <summary>The mean over the outputs of (output − target)², for examples with targets instead of labels.</summary>
    MeanSquaredError,
}
