namespace DataBright.Learning.Engine;

/// <summary>One step of a network, forth and back, over the first examples of its maps.</summary>
internal abstract class Operation
{
    /// <summary>Makes the output values from the input values.</summary>
    public abstract void Forward(int count);

    /// <summary>Makes the gradients of the parameters and of the input values, where they are wanted, from those of the output values.</summary>
    public abstract void Backward(int count);
}
