namespace Railyard.Local.Cosmos.Wire;

/// <summary>Request units, interpolated between the sizes for which the service documents them.</summary>
static class RequestCharge
{
    public const double Least = 1.00;

    const double QueryStart = 2.30;
    const double PerScannedItem = 0.02;
    const double PerReturnedKilobyte = 0.50;

    static readonly (double Kilobytes, double Read, double Write)[] Documented =
    [
        (1, 1.00, 4.95), (2, 1.04, 6.29), (4, 1.14, 6.67), (8, 1.33, 7.04),
        (16, 1.67, 9.52), (32, 2.19, 11.23), (64, 4.76, 22.67),
    ];

    public static double OfRead(int bytes) => Interpolate(bytes / 1024.0, row => row.Read);

    public static double OfWrite(int bytes) => Interpolate(bytes / 1024.0, row => row.Write);

    public static double OfQuery(int scannedItems, int returnedBytes) =>
        QueryStart + scannedItems * PerScannedItem + returnedBytes / 1024.0 * PerReturnedKilobyte;

    static double Interpolate(double kilobytes, Func<(double, double Read, double Write), double> price)
    {
        if (kilobytes <= Documented[0].Kilobytes) return price(Documented[0]);
        var next = Array.FindIndex(Documented, row => row.Kilobytes >= kilobytes);
        // Beyond the table the price goes on at the slope of its last step.
        if (next < 0) next = Documented.Length - 1;
        var (low, high) = (Documented[next - 1], Documented[next]);
        var share = (kilobytes - low.Kilobytes) / (high.Kilobytes - low.Kilobytes);
        return price(low) + share * (price(high) - price(low));
    }
}
