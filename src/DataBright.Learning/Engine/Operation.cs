namespace DataBright.Learning.Engine;

/// <summary>One step of a network, forth and back, over the first examples of its maps.</summary>
internal abstract class Operation
{
    /// <summary>Makes the output values from the input values.</summary>
    public abstract void Forward(int count);

    /// <summary>
    /// Makes the gradients of the parameters and of the input values, where they are wanted, from those of the output values.
    /// </summary>
    public abstract void Backward(int count);

    /// <summary>
    /// The parameters whose part of the influences <see cref="AddInfluences"/> adds; null for an operation without parameters.
    /// </summary>
    public virtual ParameterBlock? Influential => null;

    /// <summary>Floats of scratch memory that <see cref="AddInfluences"/> needs for batches up to that many examples.</summary>
    public virtual long InfluenceScratch(int capacity) => 0;

    /// <summary>
    /// Adds for every example, after <see cref="Backward"/>, the inner product of the example's own gradient of the parameters with
    /// <see cref="ParameterBlock.Direction"/>. The gradient itself is never made: see <see cref="InnerProduct{L, V}"/>.
    /// </summary>
    public virtual unsafe void AddInfluences(int count, float* scratch, double[] influences)
    {
    }

    /// <summary>Takes over what the step showed besides gradients, once it is sure to count.</summary>
    public virtual void Commit()
    {
    }
}
