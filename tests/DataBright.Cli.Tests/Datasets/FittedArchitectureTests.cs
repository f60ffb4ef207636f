using DataBright.Cli.Datasets;
using DataBright.Learning.Networks;
using DataBright.Market.Datasets;
using DataBright.Compute.Points;

namespace DataBright.Cli.Tests.Datasets;

public sealed class FittedArchitectureTests
{
    private static readonly DataSchema Rows = new(ElementType.Float32, [4, 1, 1], 3), Texts = new(ElementType.Float32, [1, 1, 64], 2),
        Digits = new(ElementType.UInt8, [1, 28, 28], 10);

    [Fact]
    public void Softmax_regression_is_as_large_as_the_points()
    {
        var rows = FittedArchitecture.Read("softmax-regression", Rows);
        (rows.Input.Size, rows.Classes, rows.ParameterCount).ShouldBe((4, 3, 15));
        FittedArchitecture.Usual(Rows).ShouldBe(rows);
        FittedArchitecture.Read("softmax-regression", Digits)
            .ShouldBe(Architectures.SoftmaxRegression, "the one that everybody knows by its hash");
        FittedArchitecture.Usual(Digits).ShouldBe(Architectures.SoftmaxRegression);
        FittedArchitecture.Read("softmax-regression", new DataSchema(ElementType.UInt8, [1, 28, 28], 26)).Classes.ShouldBe(26);
    }

    [Fact]
    public void Texts_are_measured_by_the_classifier_of_texts() => FittedArchitecture.Usual(Texts).ShouldBe(Architectures.TextClassifier);

    [Fact]
    public void What_does_not_take_the_points_is_refused_before_it_is_bought()
    {
        var shape = Should.Throw<UnfitArchitectureException>(() => FittedArchitecture.Read("lenet-5", Rows));
        shape.Kind.ShouldBe(FailureKind.Malformed);
        shape.Message.ShouldContain("lenet-5 takes 1×28×28 values; the dataset's points are f32 4×1×1, 3 classes");
        Should.Throw<UnfitArchitectureException>(() => FittedArchitecture.Read("lenet-5",
            new DataSchema(ElementType.UInt8, [1, 28, 28], 26))).Message.ShouldContain("tells 10 classes apart");
        FittedArchitecture.Read("lenet-5", Digits).ShouldBe(Architectures.LeNet5);
    }
}
