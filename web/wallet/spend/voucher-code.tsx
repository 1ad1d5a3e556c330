import { t } from '@lingui/core/macro';
import { QrCode } from '../../shared/ui/qr-code.tsx';

/** The one-time code of a redemption, for the shop to scan or type. */
export function VoucherCode({ code, shop }: { code: string; shop: string }) {
  return (
    <div className="broken-below arrive mx-auto mt-4 max-w-xs rounded-t-3xl bg-card px-5 pt-5 pb-8 text-center text-white">
      <QrCode
        data={code}
        label={t`QR code of your voucher for ${shop}`}
        className="mx-auto size-44 rounded-2xl"
      />
      <p className="figure mt-4 text-xl tracking-wider break-all" data-testid="voucher">
        {code}
      </p>
      <p className="mt-1 text-sm text-white/75">{t`Show it at ${shop}. It works once.`}</p>
    </div>
  );
}
